// What stands in the reading column before the first run: an explanation computed beforehand, and how to get one's own.
import type { CSSProperties } from 'react';
import { scaleOf, strengthOf } from '../store/relevance-map.ts';
import { intensityRange } from '../store/settings-slice.ts';
import { opacityOf } from './colour.ts';
import example from './example.json' with { type: 'json' };
import { quote } from './format.ts';

/** Made by e2e/screenshots.mjs with the built-in model; a test holds it against what the model says today. */
const scale = scaleOf(example.tokens.map(({ relevance }) => relevance));

function Example() {
  return (
    <figure className="example">
      <p className="passage">
        {example.tokens.map(({ text, relevance }, index) => {
          const space = /^ */.exec(text)?.[0] ?? '';
          const opacity = opacityOf(strengthOf(relevance, scale), intensityRange.initial);
          return (
            <span
              key={index}
              className={`token ${relevance < 0 ? 'opposes' : 'supports'}${index < example.promptLength ? '' : ' answer'}`}
              style={{ '--opacity': opacity.toFixed(3) } as CSSProperties}
            >
              {space}
              <span className="mark">{text.slice(space.length)}</span>
            </span>
          );
        })}
        <span className="token answer target">
          {' '}
          <span className="mark">{example.target.trim()}</span>
        </span>
      </p>
      <figcaption className="muted">
        An example, computed beforehand: the words that {quote(example.target.trim())} rests on. Red raised its score,
        blue lowered it.
      </figcaption>
    </figure>
  );
}

export function Welcome() {
  return (
    <div className="welcome">
      <p className="welcome-lead">
        Let a language model write, or show a vision model a picture; then ask any word or class where it came from.
      </p>
      <Example />
      <ol className="welcome-steps">
        <li>Write a prompt below, or take one of the three.</li>
        <li>Run it: the model continues the text on this device.</li>
        <li>Click a word, and the words it rests on light up.</li>
      </ol>
    </div>
  );
}

/** The same for images. */
export function ImageWelcome() {
  return (
    <div className="welcome">
      <p className="welcome-lead">Show a vision model a picture, then ask which patches speak for what it sees.</p>
      <ol className="welcome-steps">
        <li>Drop or paste an image, or take a sample below.</li>
        <li>The model names its likeliest classes, on this device.</li>
        <li>Click a class, and the patches it rests on light up.</li>
      </ol>
    </div>
  );
}
