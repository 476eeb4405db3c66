//! The `slidecraft` command: parse, hand over, exit code. 0 done, 1 failed, 2 wrong use.

use std::process::ExitCode;

use clap::Parser;
use slidecraft::cli::arguments::Arguments;
use slidecraft::cli::run::run;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut output = std::io::stdout().lock();
    let done = run(&arguments, &mut output);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // A reader that closed the pipe has what it wanted.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            use std::io::Write;
            // If standard error is gone, there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "slidecraft: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
