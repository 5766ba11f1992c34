// Questions about images and their answers: known ones are instant. Every answer after the first is computed from what
// the model saw, so that a large photograph is handed over and resized once.
import type { Gammas, ImageExplanation, ImageModelInfo, Job, Picture, RecipeName, ScalarName, Session } from '../session/session.ts'; // prettier-ignore
import { recent } from './recent.ts';
import type { GivenImage, ImageQuestion, ModelState } from './state.ts';

const cacheSize = 128;

export interface ImageChoices extends ImageQuestion {
  readonly recipe: RecipeName;
  readonly scalar: ScalarName;
  readonly gammas: Partial<Gammas>;
}

export type ReadyImageModel = Extract<ModelState<ImageModelInfo>, { status: 'ready' }>;

export interface ImageAnswers {
  known(image: GivenImage, model: ReadyImageModel, choices: ImageChoices): ImageExplanation | undefined;
  /** Rejects with an AbortError where it is cancelled. */
  ask(image: GivenImage, model: ReadyImageModel, choices: ImageChoices, job: Job<number>): Promise<ImageExplanation>;
}

export function imageAnswers(session: Session): ImageAnswers {
  const answers = recent<ImageExplanation>(cacheSize);
  let seen: { readonly key: string; readonly picture: Picture } | null = null;

  const keyOf = (image: GivenImage, model: ReadyImageModel): string => `${image.serial}/${model.serial}`;
  const keyOfAll = (image: GivenImage, model: ReadyImageModel, choices: ImageChoices): string => {
    const { target, contrast, recipe, scalar, gammas } = choices;
    const sites = Object.entries(gammas).toSorted(([a], [b]) => a.localeCompare(b));
    return JSON.stringify([keyOf(image, model), target, contrast, recipe, scalar, sites]);
  };

  return {
    known: (image, model, choices) => answers.get(keyOfAll(image, model, choices)),
    async ask(image, model, choices, job) {
      const key = keyOfAll(image, model, choices);
      const hit = answers.get(key);
      if (hit) return hit;
      const { target, contrast, recipe, scalar, gammas } = choices;
      const picture = seen?.key === keyOf(image, model) ? seen.picture : image.picture;
      const result = await session.explainImage({ image: picture, target, contrast, recipe, scalar, gammas }, job);
      if (seen?.key !== keyOf(image, model)) seen = { key: keyOf(image, model), picture: result.seen };
      // One copy of the picture for all answers about it.
      const answer = { ...result, seen: seen.picture };
      answers.set(key, answer);
      answers.set(keyOfAll(image, model, { ...choices, target: answer.target.id }), answer);
      return answer;
    },
  };
}
