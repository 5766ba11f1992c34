// The access token for gated and private models: kept for this visit, or on this device where that is asked for.
import { useState } from 'react';
import { savedToken, saveToken } from './saved-settings.ts';
import { useActions, useApp } from './use-store.ts';

export function TokenField() {
  const { changeSettings } = useActions();
  const { endpoint, token } = useApp(({ settings }) => settings);
  const [kept, setKept] = useState(() => savedToken(endpoint) !== '');
  return (
    <>
      <label className="address-extra">
        Access token (sent to this hub only)
        <input
          className="text-field"
          type="password"
          autoComplete="off"
          value={token}
          onChange={({ target }) => {
            changeSettings({ token: target.value });
            if (kept) saveToken(endpoint, target.value.trim());
          }}
          data-testid="model-token"
        />
      </label>
      <label className="token-kept">
        <input
          type="checkbox"
          checked={kept}
          onChange={({ target }) => {
            setKept(target.checked);
            saveToken(endpoint, target.checked ? token.trim() : '');
          }}
          data-testid="model-token-kept"
        />
        Keep it on this device; otherwise it is forgotten when the page is closed
      </label>
    </>
  );
}
