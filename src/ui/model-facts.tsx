// Exactly what is being explained: a quantised model's map is not the original model's map.
import { formatBytes, formatCount } from './format.ts';
import { useApp } from './use-store.ts';

export function ModelFacts() {
  const model = useApp((state) => state.model);
  if (model.status !== 'ready') return <p className="muted">No model is open yet.</p>;
  const { info } = model;
  const facts: readonly (readonly [string, string])[] = [
    ['Architecture', info.architecture],
    ['Parameters', formatCount(info.parameters)],
    ['Weights', `${info.format}, ${formatBytes(info.weightBytes)}`],
    ['Layers', String(info.layers)],
    ['Vocabulary', `${formatCount(info.vocabularySize)} tokens${info.hasTokenizer ? '' : ', no tokenizer'}`],
    ['Context', `${formatCount(info.contextLength)} tokens`],
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
