// The only binding between React and the store.
import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { AppState, AppStore } from '../store/slices.ts';

const StoreContext = createContext<AppStore | null>(null);
export const StoreProvider = StoreContext.Provider;

export function useAppStore(): AppStore {
  const store = use(StoreContext);
  if (!store) throw new Error('The app is rendered outside of its StoreProvider.');
  return store;
}

/** The selected part; renders again when it changes by identity. */
export const useApp = <Part>(select: (state: AppState) => Part): Part => useStore(useAppStore(), select);

/** Actions never change, so reading them needs no subscription. */
export const useActions = (): AppState => useAppStore().getState();
