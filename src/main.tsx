// Composition root of the page: worker session → store → page. Then the first model is opened.
import { createRoot } from 'react-dom/client';
import { AppError } from './errors.ts';
import { readImage } from './platform/browser-image.ts';
import { openFile } from './platform/page-files.ts';
import { askForPersistence } from './platform/persistent-storage.ts';
import { startSession } from './session/client.ts';
import { createAppStore } from './store/app-store.ts';
import { builtInLocations, startAddress } from './store/model-address.ts';
import { App } from './ui/app.tsx';
import { savedSettings, saveModels } from './ui/saved-settings.ts';
import { webGpuProblem } from './ui/sentences.ts';

const saved = savedSettings();
const store = createAppStore(startSession(), {
  readImage,
  openFile,
  builtIn: builtInLocations(document.baseURI),
  keepStored: () => askForPersistence(navigator.storage),
  saved,
});
store.subscribe(({ settings }, { settings: before }) => {
  const isSame = (['memoryBytes', 'cache', 'formats', 'recent'] as const).every(
    (name) => settings[name] === before[name],
  );
  if (!isSame) saveModels(settings);
});
const { openModel, readSamples, report } = store.getState();
createRoot(document.getElementById('root')!).render(<App store={store} />);
void readSamples();

const problem = webGpuProblem({ secure: isSecureContext, hasGpu: 'gpu' in navigator });
if (problem !== null) report(new AppError('NoGpuError', problem));
else {
  try {
    void openModel(startAddress(location.href, document.baseURI, saved.endpoint));
  } catch (thrown) {
    report(thrown);
  }
}
