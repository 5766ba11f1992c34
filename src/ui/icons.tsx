// The few icons of the page: 16 × 16, drawn with the ink of the text beside them.
import type { ReactNode } from 'react';

const icon = (shape: ReactNode) => (
  <svg
    className="icon"
    viewBox="0 0 16 16"
    width="16"
    height="16"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    {shape}
  </svg>
);

export const ChevronIcon = () => icon(<path d="M4 6.5 8 10l4-3.5" />);
export const CloseIcon = () => icon(<path d="m4 4 8 8M12 4l-8 8" />);
export const CheckIcon = () => icon(<path d="m3.5 8.5 3 3 6-7" />);
export const HelpIcon = () =>
  icon(
    <>
      <path d="M5.6 5.8a2.4 2.4 0 1 1 3.5 2.1c-.7.4-1.1.9-1.1 1.7" />
      <path d="M8 12.2v.1" strokeWidth="1.8" />
    </>,
  );
export const ThemeIcon = () =>
  icon(
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" stroke="none" />
    </>,
  );
export const SlidersIcon = () =>
  icon(
    <>
      <path d="M2 5h7M13 5h1M2 11h1M7 11h7" />
      <circle cx="11" cy="5" r="2" />
      <circle cx="5" cy="11" r="2" />
    </>,
  );
export const MinusIcon = () => icon(<path d="M4 8h8" />);
export const ImageIcon = () =>
  icon(
    <>
      <rect x="2" y="3" width="12" height="10" rx="1.5" />
      <path d="m2.5 11 3.2-3.2 2.6 2.6 2.2-2.2 3 3" />
      <path d="M10.6 5.9v.1" strokeWidth="1.8" />
    </>,
  );
export const WarningIcon = () =>
  icon(
    <>
      <path d="M8 2.3 14.2 13H1.8z" />
      <path d="M8 6.5v3M8 11.4v.1" />
    </>,
  );
