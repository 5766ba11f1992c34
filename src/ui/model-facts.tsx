// Exactly what is being explained: a quantised model's map is not the original model's map.
import type { ModelInfo } from '../session/session.ts';
import { formatBytes, formatCount } from './format.ts';
import { useApp } from './use-store.ts';

type Facts = readonly (readonly [name: string, value: string])[];

const ownFacts = (info: ModelInfo): Facts =>
  info.kind === 'language'
    ? [
        ['Vocabulary', `${formatCount(info.vocabularySize)} tokens${info.hasTokenizer ? '' : ', no tokenizer'}`],
        ['Context', `${formatCount(info.contextLength)} tokens`],
      ]
    : [
        ['Classes', String(info.classes)],
        ['Patches', `${info.grid.rows} × ${info.grid.columns}, of ${info.patchSize} × ${info.patchSize} pixels`],
      ];

/** Of each kind of model, the one that is open. */
export function ModelFacts() {
  const language = useApp(({ model }) => (model.status === 'ready' ? model.info : null));
  const image = useApp(({ imageModel }) => (imageModel.status === 'ready' ? imageModel.info : null));
  if (!language && !image) return <p className="muted">No model is open yet.</p>;
  return (
    <>
      {language && <FactsOf info={language} />}
      {image && <FactsOf info={image} />}
    </>
  );
}

function FactsOf({ info }: { readonly info: ModelInfo }) {
  const facts: Facts = [
    ['Reads', info.kind === 'language' ? 'texts' : 'images'],
    ['Architecture', info.architecture],
    ['Parameters', formatCount(info.parameters)],
    ['Weights', `${info.format}, ${formatBytes(info.weightBytes)}`],
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
