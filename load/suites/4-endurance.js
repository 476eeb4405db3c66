// Suite 4: Profile A for HOURS hours, four where nothing is said.
import { A, along, options as of } from './lib.js';
export { ask, convert, exportDeck, look, setup } from './lib.js';

export const options = of(along(A, [[A, 3600 * Number(__ENV.HOURS || 4)]]));
