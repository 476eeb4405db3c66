// Suite 5: Profile A for twenty minutes, while load/drive.py kills half of the workers, makes stores slow, and kills a worker process.
import { A, along, options as of } from './lib.js';
export { ask, convert, exportDeck, look, setup } from './lib.js';

export const options = of(along(A, [[A, 1200]]));
