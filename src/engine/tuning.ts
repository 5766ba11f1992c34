// Everything that is chosen by measurement for a device, as one thing that can be written down and remembered.
import { Chosen } from './chosen.ts';
import type { Lanes } from './lanes.ts';
import { rowLaneChoices, type RowLanes } from './row-lanes.ts';
import { tileChoices, type Direction, type Tile } from './tiles.ts';

/** Raised whenever kernels change so much that old measurements say nothing. */
const version = 1;

export class Tuning {
  /** How one row is multiplied. */
  readonly oneRow: Chosen<RowLanes>;
  /** How many are, there and back. */
  readonly tiles: Readonly<Record<Direction, Chosen<Tile>>>;

  constructor(lanes: Lanes) {
    this.oneRow = new Chosen(rowLaneChoices(lanes));
    const tiles = tileChoices(lanes);
    this.tiles = { forward: new Chosen(tiles), relevance: new Chosen(tiles) };
  }

  /** As JSON. */
  written(): string {
    const { forward, relevance } = this.tiles;
    const tables: Tables = { oneRow: this.oneRow.names(), forward: forward.names(), relevance: relevance.names() };
    return JSON.stringify({ version, ...tables });
  }

  /** What `written` gave, on such a device. Anything else is as good as nothing. */
  remember(text: string): void {
    const tables = readTables(text);
    if (!tables) return;
    this.oneRow.remember(tables.oneRow);
    this.tiles.forward.remember(tables.forward);
    this.tiles.relevance.remember(tables.relevance);
  }
}

type Tables = Readonly<Record<'oneRow' | Direction, Readonly<Record<string, string>>>>;

function readTables(text: string): Tables | null {
  try {
    const found = JSON.parse(text) as (Partial<Tables> & { readonly version?: number }) | null;
    if (found?.version !== version) return null;
    const table = (name: keyof Tables) => (typeof found[name] === 'object' && found[name] ? found[name] : {});
    return { oneRow: table('oneRow'), forward: table('forward'), relevance: table('relevance') };
  } catch {
    return null;
  }
}
