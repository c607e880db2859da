// Is “saved here” true? `node kills.mjs --home DIR --times 200` finds out; `--too-early` is the
// control, in which it is not. What it does stands in kills.ts.
import { register } from 'node:module';

register('./fixtures/typescript.mjs', import.meta.url);
await import('./kills.ts');
