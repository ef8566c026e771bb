import type { Answer } from '../../../shared/contracts/labeling-answer.ts'
import type { Block } from '../work/block.ts'

type Hint = Block['hints'][number]

/** Says what a worker should do differently. Pure. */
export function explainHint({ pattern, className, edge, cases }: Hint): string {
  const side = edge ?? 'outer'
  switch (pattern) {
    case 'loose':
      return `${className}: the ${side} side of your boxes is often outside of the object (${cases} times). Move it to the last pixel of the object.`
    case 'tight':
      return `${className}: the ${side} side of your boxes often cuts the object (${cases} times). Include all of it.`
    case 'missed':
      return `${className}: you have missed some objects (${cases} times). Look at the whole image, small ones too.`
    case 'extra':
      return `${className}: you have drawn boxes where others see no object (${cases} times).`
  }
}

const GIVEN: Readonly<Record<Answer, string>> = {
  boxes: 'boxes',
  empty: 'nothing here',
  correct: 'correct',
  incorrect: 'incorrect',
  'cannot-tell': 'cannot tell',
  'bad-image': 'bad image',
  declined: 'passed on',
}

/** Says what was answered to an image, or that the answer to this one ends the block. Pure. */
export function explainPlace({ isPractice, items }: Block, index: number): string | undefined {
  const { given, isAnswered: isDone = true } = items[index] ?? {}
  if (given) return `Your answer: ${GIVEN[given.answer]}. You can still change it.`
  const isLast =
    !isPractice && !isDone && items.length > 1 && items.every(({ isAnswered }, at) => isAnswered || at === index)
  return isLast ? `Last of these ${items.length} images: answering it submits all of them.` : undefined
}

/** Says how well the boxes of a practice image fit. Pure. */
export function explainScore(score: number | undefined, truths: number): string {
  if (score === undefined) return 'Look at what is known to be here: the dashed boxes.'
  const percent = Math.round(100 * score)
  if (truths === 0)
    return score === 1 ? 'Right: there is nothing to label.' : 'There is nothing to label in this image.'
  if (score >= 0.9) return `Very good: your boxes fit by ${percent} %. The dashed boxes are known to be right.`
  if (score >= 0.7)
    return `Good: your boxes fit by ${percent} %. The dashed boxes are known to be right; look where yours differ.`
  return `Your boxes fit by ${percent} %. The dashed boxes are known to be right; compare them with yours before you go on.`
}
