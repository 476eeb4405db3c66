// Suite 5: Profile A for eight minutes, while load/drive.py kills half of the workers, makes stores slow, and kills a worker process.
// Profile A alone has less than one job of a kind running at a time: a few come together before each kill, so that it meets them.
import { A, SCALE, along, burst, options as of } from './lib.js';
export { ask, convert, exportDeck, look, setup } from './lib.js';

// Kills are 31 s apart, however fast time goes by: 1.5 s where the platform's guard rail is shortened with it.
const apart = SCALE === 1 ? 31 : 1.5 * SCALE;
const before = (time) => time - 6;

export const options = of(Object.assign(along(A, [[A, 480]]), {
  converts_at_kill: burst(16, 8, before(90)),
  exports_at_kill: burst(16, 8, before(90 + apart), 'exportDeck'),
  asks_at_kill: burst(16, 8, before(90 + 2 * apart), 'ask'),
  converts_at_death: burst(16, 8, before(240 + 3 * apart)),
  exports_at_death: burst(16, 8, before(240 + 3 * apart), 'exportDeck'),
}));
