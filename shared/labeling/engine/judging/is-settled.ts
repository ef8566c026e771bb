import { agreeInFull } from '../consolidation/agreement.ts'
import { comparableOpinions } from '../consolidation/comparable.ts'
import type { StopRule } from '../line-rules.ts'
import type { Opinion } from '../opinions/opinion.ts'

type ComparedOpinion = Pick<Opinion, 'worker' | 'answer' | 'verdict' | 'boxes'>

/**
 * Whether enough workers agree about an image, so that no other is asked: as many as the rule says agree in full with one of
 * them. That there is nothing to label, or that nothing can be said, is the easiest answer to give without looking, so it
 * needs one more. Pure.
 */
export function isSettled(opinions: readonly ComparedOpinion[], { workers, agreeAt }: StopRule): boolean {
  const compared = comparableOpinions(opinions)
  return compared.some((one) => {
    const agreeing = compared.filter((other) => other === one || agree(one, other, agreeAt))
    return agreeing.length >= (saysSomething(one) ? workers : workers + 1)
  })
}

/** Whether two opinions are the same, boxes by their overlap. Pure. */
const agree = (one: ComparedOpinion, other: ComparedOpinion, agreeAt: number): boolean =>
  one.answer === other.answer && one.verdict === other.verdict && agreeInFull(one.boxes, other.boxes, agreeAt)

const saysSomething = ({ answer, boxes }: ComparedOpinion): boolean => answer === 'verdict' || boxes.length > 0
