// Errors as sentences, the newest first, each with what can be done and a way to close it; and a quiet word about slow
// devices.
import { useState } from 'react';
import { CloseIcon, WarningIcon } from './icons.tsx';
import { offerLabel } from './offer-label.ts';
import { adviceFor, type Remedy } from './sentences.ts';
import { useActions, useApp } from './use-store.ts';

export function Notices(props: { openModels(): void; chooseImage(): void }) {
  const { accept, dismiss, reopenModels } = useActions();
  const notices = useApp((state) => state.notices);
  const language = useApp(({ model }) => (model.status === 'ready' ? model.info.name : null));
  const image = useApp(({ imageModel }) => (imageModel.status === 'ready' ? imageModel.info.name : null));
  const names = { language, image };
  const actions = {
    reopen: { label: 'Open the model again', perform: () => void reopenModels() },
    choose: { label: 'Open another model', perform: props.openModels },
    image: { label: 'Choose another image', perform: props.chooseImage },
    reload: { label: 'Reload the page', perform: () => location.reload() },
  } as const satisfies Record<Remedy, object>;
  return (
    <>
      {notices.toReversed().map(({ id, name, message, offers }) => {
        const { text, action } = adviceFor(name);
        return (
          <div key={id} className="notice" role="alert" data-testid="error" data-name={name}>
            <WarningIcon />
            <div className="notice-text">
              <p>{message}</p>
              {text !== undefined && offers.length === 0 && <p className="muted">{text}</p>}
              {offers.map((offer) => (
                <button
                  key={offerLabel(offer, names)}
                  type="button"
                  className="text-button"
                  onClick={() => void accept(offer)}
                  data-testid="offer"
                >
                  {offerLabel(offer, names)}
                </button>
              ))}
              {action && (
                <button
                  type="button"
                  className="text-button"
                  onClick={() => {
                    dismiss(id);
                    actions[action].perform();
                  }}
                >
                  {actions[action].label}
                </button>
              )}
            </div>
            <button
              type="button"
              className="icon-button"
              aria-label="Close this message"
              onClick={() => dismiss(id)}
              data-testid="error-close"
            >
              <CloseIcon />
            </button>
          </div>
        );
      })}
    </>
  );
}

export function SoftwareNotice() {
  const adapter = useApp(({ model, imageModel }) =>
    model.status === 'ready' ? model.info.adapter : imageModel.status === 'ready' ? imageModel.info.adapter : null,
  );
  const [closed, setClosed] = useState(false);
  if (!adapter?.software || closed) return null;
  return (
    <div className="notice quiet" data-testid="software-notice">
      <p className="notice-text">
        WebGPU runs on the processor here, not on a graphics card: everything works, only slower.
      </p>
      <button type="button" className="icon-button" aria-label="Close this note" onClick={() => setClosed(true)}>
        <CloseIcon />
      </button>
    </div>
  );
}
