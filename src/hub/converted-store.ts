// A stored model as the keeper of what is converted from it.
import type { ConvertedFiles } from '../load/converted-files.ts';
import { hasOriginals, isConverted } from './converted-names.ts';
import type { ModelStore, StoredModel } from './model-store.ts';

export function convertedFiles(store: ModelStore, model: StoredModel): ConvertedFiles {
  const source = store.source(model);
  return {
    // Files are stored at a commit; another one is downloaded anew.
    origin: `${model.key} at ${model.commit}`,
    hasOriginals: hasOriginals(model),
    open: (name) => source.open(name),
    list: async () => model.files.filter(isConverted).map(({ name }) => name),
    async create(name, bytes, replaces) {
      const file = await store.derive(model, name, bytes);
      return file && { write: file.write, commit: () => file.commit({ replaces }), abort: file.abort };
    },
  };
}
