"""A deck from upload to export: BASE=http://127.0.0.1:8080 KEY=$(cat data/first-key) python3 story.py talk.pptx"""

import os
import pathlib
import sys

from slidecraft import ApiError, SlideCraft


def main():
    if len(sys.argv) != 2 or "KEY" not in os.environ:
        sys.exit("usage: BASE=… KEY=… python3 story.py DECK")
    api = SlideCraft(os.environ.get("BASE", "http://127.0.0.1:8080"), os.environ["KEY"])
    path = pathlib.Path(sys.argv[1])
    accepted = api.upload(path.name, path.read_bytes())
    document = accepted["document"]["id"]
    converted = api.ended(accepted["job"]["id"])
    if converted["state"] != "succeeded":
        sys.exit(converted["failure"]["message"])
    deck, etag = api.deck(document)
    print(f"converted: {len(deck['slides'])} slides")

    api.edit(document, etag, [{"op": "replace", "path": "/title", "value": "Told by Python"}])
    try:
        api.edit(document, etag, [{"op": "replace", "path": "/title", "value": "Too late"}])
    except ApiError as refused:
        print(f"edited: an older version is refused with {refused.problem['status']}")

    answer = ""
    for event, data in api.ask(document, "What is this deck about?"):
        if event == "chat.delta":
            answer += data["text"]
        if event in ("job.succeeded", "job.failed"):
            break
    print(f"answered: {bool(answer)}")

    pdf = api.export(document, "pdf")
    pathlib.Path("story.pdf").write_bytes(pdf)
    print(f"exported: {pdf[:5].decode()}")


if __name__ == "__main__":
    main()
