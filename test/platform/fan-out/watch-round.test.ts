import { describe, expect, it } from '@jest/globals'
import {
  CHECKS_UNTIL_RESENT,
  type CheckStep,
  checkRound,
  MAX_CHECKS_WITHOUT_PROGRESS,
} from '../../../shared/platform/fan-out/watch-round.ts'

/** Looks at a round again and again while this many of its chunks are done. */
function look(done: (number: number) => number): CheckStep['action'][] {
  const actions: CheckStep['action'][] = []
  let step = checkRound(undefined, done(0))
  for (let number = 1; step.action !== 'dead-letter' && number <= 200; number++) {
    actions.push(step.action)
    step = checkRound(step.next, done(number))
  }
  return [...actions, step.action]
}

describe('checkRound', () => {
  it('sends the chunks when the round is started or resumed', () => {
    expect(checkRound(undefined, 3)).toEqual({ action: 'send', next: { number: 1, done: 3 } })
  })

  it('sends nothing again while chunks are being done', () => {
    expect(new Set(look((number) => number).slice(1))).toEqual(new Set(['wait']))
  })

  it('sends the chunks again after every hour without progress', () => {
    const actions = look(() => 0)
    const sent = actions.flatMap((action, number) => (action === 'send' ? [number] : []))
    expect(sent.slice(0, 3)).toEqual([0, CHECKS_UNTIL_RESENT, 2 * CHECKS_UNTIL_RESENT])
  })

  it('records what is left as failed after a day without progress', () => {
    expect(look(() => 0)).toHaveLength(MAX_CHECKS_WITHOUT_PROGRESS + 1)
    expect(look(() => 0).at(-1)).toBe('dead-letter')
  })

  it('starts to count anew with every chunk that is done', () => {
    expect(checkRound({ number: 95, done: 3 }, 4)).toEqual({ action: 'wait', next: { number: 1, done: 4 } })
  })

  it('does not take a receipt that was lost for progress', () => {
    expect(checkRound({ number: 1, done: 3 }, 2)).toMatchObject({ action: 'wait', next: { number: 2, done: 2 } })
  })
})
