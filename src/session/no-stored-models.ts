// Where nothing is stored: on the command line, which reads folders.
import { AppError } from '../errors.ts';
import type { StoredModels } from './stored-models.ts';

export const noStoredModels: StoredModels = {
  storedModels: async () => ({ models: [], freeBytes: null, persistent: null, warning: null }),
  removeModel: () => Promise.reject(keepsNone()),
  keepOnly: () => Promise.reject(keepsNone()),
  planDownload: () => Promise.reject(keepsNone()),
};

const keepsNone = (): AppError =>
  new AppError('UsageError', 'No models are kept here. Download the model with another program and give its folder.');
