// Suite 3: Profile A, and after five minutes a hundred converts more within one.
import { A, along, burst, options as of } from './lib.js';
export { ask, convert, exportDeck, look, setup } from './lib.js';

export const options = of(Object.assign(along(A, [[A, 900]]), { burst: burst(100, 60, 300) }));
