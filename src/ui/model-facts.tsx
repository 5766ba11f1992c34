// Exactly what is being explained: a quantised model's map is not the original model's map.
import type { ModelChoice, ModelInfo } from '../session/session.ts';
import { formatBytes, formatCount } from './format.ts';
import { OtherFormat } from './other-format.tsx';
import { useActions, useApp } from './use-store.ts';

type Facts = readonly (readonly [name: string, value: string])[];

const ownFacts = (info: ModelInfo): Facts =>
  info.kind === 'language'
    ? [
        ['Vocabulary', `${formatCount(info.vocabularySize)} tokens${info.hasTokenizer ? '' : ', no tokenizer'}`],
        [
          'Context',
          `${formatCount(info.contextLength)} tokens${info.cache === 'f16' ? ', keys and values in f16' : ''}`,
        ],
      ]
    : [
        ['Classes', String(info.classes)],
        ['Patches', `${info.grid.rows} × ${info.grid.columns}, of ${info.patchSize} × ${info.patchSize} pixels`],
      ];

/** Of each kind of model, the one that is open. */
export function ModelFacts() {
  const language = useApp(({ model }) => (model.status === 'ready' ? model : null));
  const image = useApp(({ imageModel }) => (imageModel.status === 'ready' ? imageModel : null));
  const opening = useApp(({ model, imageModel }) => [model, imageModel].some(({ status }) => status === 'loading'));
  if (!language && !image) return opening ? null : <p className="muted">No model is open yet.</p>;
  return (
    <>
      {language && <FactsOf {...language} />}
      {image && <FactsOf {...image} />}
    </>
  );
}

function FactsOf({ info, location }: { readonly info: ModelInfo; readonly location: ModelChoice }) {
  const { closeModel } = useActions();
  const facts: Facts = [
    ['Reads', info.kind === 'language' ? 'texts' : 'images'],
    ['Architecture', info.architecture],
    ['Parameters', formatCount(info.parameters)],
    [
      'Weights',
      `${info.format}, ${formatBytes(info.weightBytes)}${info.converted > 0 ? ', converted while it was loaded' : ''}`,
    ],
    ['Layers', String(info.layers)],
    ...ownFacts(info),
    ['Runs on', info.adapter.name],
  ];
  return (
    <section className="modal-section">
      <h3>{info.name}</h3>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {info.kind === 'language' && info.memory && <p data-testid="explainable">{info.memory.explainable}</p>}
      <div className="modal-actions spread">
        <OtherFormat key={location.quantize ?? 'none'} choice={location} kind={info.kind} />
        <button
          type="button"
          className="button"
          aria-label={`Close ${info.name}`}
          title="Frees the GPU memory it takes"
          onClick={() => void closeModel(info.kind)}
          data-testid={`close-${info.kind}`}
        >
          Close model
        </button>
      </div>
      {info.warnings.length > 0 && (
        <ul className="warnings">
          {info.warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
