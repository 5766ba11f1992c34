// The app's state and what a user can do with it: plain data and actions over an injected Session. No React here.
import { createStore } from 'zustand/vanilla';
import type { Session, StoredModels } from '../session/session.ts';
import { chatSlice } from './chat-slice.ts';
import { explanationSlice } from './explanation-slice.ts';
import { gammaGridSlice } from './gamma-grid-slice.ts';
import { imageAnswers } from './image-answers.ts';
import { imageExplanationSlice } from './image-explanation-slice.ts';
import { imageSlice } from './image-slice.ts';
import { librarySlice } from './library-slice.ts';
import { modelSlice } from './model-slice.ts';
import { noticeSlice } from './notice-slice.ts';
import { settingsSlice } from './settings-slice.ts';
import type { AppState, AppStore, Surroundings } from './slices.ts';
import { textSlice } from './text-slice.ts';

export function createAppStore(session: Session & StoredModels, surroundings: Surroundings): AppStore {
  const answers = imageAnswers(session);
  return createStore<AppState>()((...tools) => ({
    ...noticeSlice(...tools),
    ...settingsSlice(surroundings.saved ?? {})(...tools),
    ...modelSlice(session, surroundings.builtIn)(...tools),
    ...librarySlice(session, surroundings)(...tools),
    ...textSlice(session)(...tools),
    ...chatSlice(...tools),
    ...explanationSlice(session)(...tools),
    ...imageSlice(surroundings)(...tools),
    ...imageExplanationSlice(answers)(...tools),
    ...gammaGridSlice(answers)(...tools),
  }));
}
