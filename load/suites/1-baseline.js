// Suite 1: from nothing to Profile A in ten minutes, half an hour of it, and down.
import { A, NONE, along, options as of } from './lib.js';
export { ask, convert, exportDeck, look, setup } from './lib.js';

export const options = of(along(NONE, [[A, 600], [A, 1800], [NONE, 120]]));
