// Suite 2: five minutes of Profile A, to Profile B within two minutes, a quarter of an hour of it (HOURS where that is said), and back.
import { A, B, along, options as of } from './lib.js';
export { ask, convert, exportDeck, look, setup } from './lib.js';

export const options = of(along(A, [[A, 300], [B, 120], [B, 3600 * Number(__ENV.HOURS || 0.25)], [A, 60], [A, 240]]));
