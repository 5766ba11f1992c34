// The app's state and what a user can do with it: plain data and actions over an injected Session. No React here.
import { createStore } from 'zustand/vanilla';
import type { Session } from '../session/session.ts';
import { explanationSlice } from './explanation-slice.ts';
import { modelSlice } from './model-slice.ts';
import { noticeSlice } from './notice-slice.ts';
import { settingsSlice } from './settings-slice.ts';
import type { AppState, AppStore, Settings } from './state.ts';
import { textSlice } from './text-slice.ts';

export function createAppStore(session: Session, saved: Partial<Settings> = {}): AppStore {
  return createStore<AppState>()((...tools) => ({
    ...noticeSlice(...tools),
    ...settingsSlice(saved)(...tools),
    ...modelSlice(session)(...tools),
    ...textSlice(session)(...tools),
    ...explanationSlice(session)(...tools),
  }));
}
