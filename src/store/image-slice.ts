// The image that was given, and the mode of the page. A file that is no image leaves the one before in its place.
import { AppError } from '../errors.ts';
import { noImageAnswer } from './image-explanation-slice.ts';
import type { ImageSlice, Slice, Surroundings } from './slices.ts';
import type { ImageState, Sample } from './state.ts';

const samplesFolder = './samples/';
/** Where a sample lies, relative to the page. */
export const sampleAddress = ({ file }: Sample): string => samplesFolder + file;

export const imageSlice =
  ({ readImage, openFile }: Pick<Surroundings, 'readImage' | 'openFile'>): Slice<ImageSlice> =>
  (set, get) => {
    let serial = 0;
    let reading = 0;
    const patch = (change: Partial<ImageState>): void => set(({ image }) => ({ image: { ...image, ...change } }));

    async function give(name: string, open: () => Promise<Blob>): Promise<void> {
      const mine = ++reading;
      patch({ status: 'loading', name });
      try {
        const file = await open();
        const picture = await readImage(file, name);
        if (mine !== reading) return;
        // In one step: no image is ever shown with the answer about another.
        set(({ imageExplanation }) => ({
          mode: 'image',
          image: { given: { serial: ++serial, name, file, picture }, status: 'idle', name: null },
          imageExplanation: { ...imageExplanation, ...noImageAnswer },
        }));
        await get().explainAnew();
      } catch (thrown) {
        if (mine !== reading) return;
        patch({ status: 'idle', name: null });
        get().report(thrown);
      }
    }

    return {
      mode: 'text',
      showMode: (mode) => set({ mode }),
      image: { given: null, status: 'idle', name: null },
      giveImage: (file, name) => give(name, () => Promise.resolve(file)),
      giveSample: (sample) => give(sample.file, () => openFile(sampleAddress(sample))),
      cancelReading: () => {
        reading += 1;
        patch({ status: 'idle', name: null });
      },
      samples: [],
      readSamples: async () => {
        try {
          const index = await openFile(`${samplesFolder}index.json`);
          set({ samples: JSON.parse(await index.text()) as readonly Sample[] });
        } catch (cause) {
          get().report(new AppError('SourceError', 'The sample images of this app could not be read.', { cause }));
        }
      },
    };
  };
