import { describe, expect, it } from '@jest/globals'
import { withAnswer } from '../../../../shared/labeling/engine/serving/shard-changes.ts'
import { countedAnswers, readShard, type Shard } from '../../../../shared/labeling/engine/shard.ts'
import { pseudonym } from '../../../support/fixtures/closed-work.ts'
import { openWork } from '../../../support/fixtures/open-work.ts'

const worker = pseudonym(1)

async function newShard(): Promise<Shard> {
  const { ports, work } = openWork(10)
  const state = await readShard(work, 0, ports)
  if (!state) throw new Error('there is no shard')
  return state.value
}

describe('counting an answer', () => {
  it('replaces an earlier one of the same worker', async () => {
    const shard = withAnswer(await newShard(), { line: 1, worker, revision: 1 })
    const next = withAnswer(shard, { line: 1, worker, revision: 2, noLabel: 'declined' })
    expect(countedAnswers(next, 1)).toEqual([{ worker, revision: 2, noLabel: 'declined' }])
  })

  it('changes nothing when a later one counts already', async () => {
    const shard = withAnswer(await newShard(), { line: 1, worker, revision: 2 })
    expect(withAnswer(shard, { line: 1, worker, revision: 1 })).toBe(shard)
  })

  it('adds what a listing did not tell: that it is no label', async () => {
    const shard = withAnswer(await newShard(), { line: 1, worker, revision: 1 })
    const known = withAnswer(shard, { line: 1, worker, revision: 1, noLabel: 'declined' })
    expect(countedAnswers(known, 1)).toEqual([{ worker, revision: 1, noLabel: 'declined' }])
    expect(withAnswer(known, { line: 1, worker, revision: 1 })).toBe(known)
  })

  it('keeps those of other workers, and of other lines', async () => {
    const first = withAnswer(await newShard(), { line: 1, worker, revision: 1 })
    const second = withAnswer(first, { line: 1, worker: pseudonym(2), revision: 1 })
    const third = withAnswer(second, { line: 2, worker, revision: 1 })
    expect([countedAnswers(third, 1).length, countedAnswers(third, 2).length]).toEqual([2, 1])
  })
})
