import { describe, expect, it } from '@jest/globals'
import { addSummaries } from '../../../../shared/labeling/engine/progress/add-summaries.ts'
import { summarizeShard } from '../../../../shared/labeling/engine/progress/shard-summary.ts'
import type { Shard } from '../../../../shared/labeling/engine/shard.ts'
import {
  ANN,
  answersOf,
  BOB,
  CAT,
  handBack,
  joinAnswers,
  later,
  lease,
  lines,
  shardFor,
} from '../../../support/fixtures/work-progress.ts'

const closed = (because: 'complete' | 'stopped' | 'deadline') => ({ at: later(600), because })

const summarize = (shard: Shard, workersPerObject: number) => summarizeShard(shard, { workersPerObject })

describe('the summary of a shard', () => {
  it('needs all opinions of lines that nobody has answered', () => {
    expect(summarize(shardFor(), 3)).toMatchObject({ labeled: 0, failed: 0, given: 0, needed: 60, workers: {} })
  })

  it('counts a line as labeled once it has all its opinions', () => {
    const answers = joinAnswers(answersOf(ANN, lines(1, 10)), answersOf(BOB, lines(1, 4)))
    expect(summarize(shardFor({ answers }), 2)).toMatchObject({ labeled: 4, failed: 0, given: 14, needed: 26 })
  })

  it('counts surplus opinions as given, and needs no fewer of other lines for them', () => {
    const answers = joinAnswers(answersOf(ANN, [1]), answersOf(BOB, [1]), answersOf(CAT, [1]))
    expect(summarize(shardFor({ answers }), 2)).toMatchObject({ labeled: 1, given: 3, needed: 38 })
  })

  it('counts no answer as an opinion that declines the task', () => {
    const answers = joinAnswers(answersOf(ANN, [1], 'declined'), answersOf(BOB, [1]))
    expect(summarize(shardFor({ answers }), 2)).toMatchObject({ labeled: 0, failed: 0, given: 1, needed: 39 })
  })

  it('counts a line as failed that as many workers have declined as were to answer', () => {
    const answers = joinAnswers(answersOf(ANN, [1], 'declined'), answersOf(BOB, [1], 'declined'))
    expect(summarize(shardFor({ answers }), 2)).toMatchObject({ labeled: 0, failed: 1, given: 0, needed: 38 })
  })

  it.each([
    { name: 'all', answers: ['cannot-tell', 'bad-image', 'bad-image'], labeled: 0, failed: 1 },
    { name: 'most', answers: ['cannot-tell', 'bad-image', undefined], labeled: 0, failed: 1 },
    { name: 'a minority of', answers: ['cannot-tell', undefined, undefined], labeled: 1, failed: 0 },
  ])('decides on a line by its majority where $name workers gave no label', ({ answers: given, labeled, failed }) => {
    const answers = joinAnswers(...given.map((answer, index) => answersOf([ANN, BOB, CAT][index] ?? '', [1], answer)))
    expect(summarize(shardFor({ answers }), 3)).toMatchObject({ labeled, failed, given: 3 })
  })

  it('counts a line as labeled where half of the opinions are labels', () => {
    const answers = joinAnswers(answersOf(ANN, [1], 'cannot-tell'), answersOf(BOB, [1]))
    expect(summarize(shardFor({ answers }), 2)).toMatchObject({ labeled: 1, failed: 0 })
  })

  it('leaves out lines that nobody is asked for', () => {
    const summary = summarize(shardFor({ skipped: [1, 2, 20], answers: answersOf(ANN, [2, 3]) }), 1)
    expect(summary).toMatchObject({ labeled: 1, failed: 0, skipped: 3, given: 1, needed: 16 })
  })

  it('ignores answers to lines of other shards', () => {
    const answers = answersOf(ANN, [1, 101, 120, 121])
    expect(summarize(shardFor({ shard: 1, answers }), 1)).toMatchObject({ labeled: 2, given: 2, needed: 18 })
  })

  it.each([
    { because: 'deadline', labeled: 2, failed: 18 },
    { because: 'stopped', labeled: 2, failed: 1 },
  ] as const)('needs nothing more when it was closed as $because', ({ because, labeled, failed }) => {
    const declined = [answersOf(ANN, [3, 4], 'declined'), answersOf(BOB, [4], 'declined')]
    const answers = joinAnswers(answersOf(ANN, [1, 2]), ...declined)
    const summary = summarize(shardFor({ answers, closed: closed(because) }), 2)
    expect(summary).toMatchObject({ labeled, failed, given: 2, needed: 0 })
  })

  it('counts what each worker has done', () => {
    const shard = shardFor({
      answers: joinAnswers(answersOf(ANN, lines(1, 10)), answersOf(BOB, lines(1, 8)), answersOf(BOB, [9], 'declined')),
      handBacks: [
        handBack(ANN, later(100), { sample: { milliseconds: 8192, boxes: 4 }, swapMilliseconds: 32 }),
        handBack(BOB, later(200), { answered: 9, seconds: 130 }),
        handBack(CAT, later(2000), { answered: 0, seconds: 1940, expired: true }),
      ],
      leases: [lease(ANN, { since: later(150) })],
    })
    const { workers, expiredLeases, boxMilliseconds, swapMilliseconds } = summarize(shard, 2)
    expect(workers).toEqual({
      [ANN]: {
        answers: 10,
        declined: 0,
        blocks: 1,
        seconds: 90,
        lastSeen: later(150),
        imageMilliseconds: { 104: 1 },
        boxMilliseconds: { 88: 1 },
        // Bob has declined one, and has not answered another.
        waiting: 2,
      },
      [BOB]: {
        answers: 8,
        declined: 1,
        blocks: 1,
        seconds: 130,
        lastSeen: later(200),
        imageMilliseconds: {},
        boxMilliseconds: {},
        waiting: 1,
      },
      // A lease ends when somebody else notices that it has expired; its worker was there when it began.
      [CAT]: {
        answers: 0,
        declined: 0,
        blocks: 0,
        seconds: 0,
        lastSeen: later(60),
        imageMilliseconds: {},
        boxMilliseconds: {},
      },
    })
    expect({ expiredLeases, boxMilliseconds, swapMilliseconds }).toEqual({
      expiredLeases: 1,
      boxMilliseconds: { 88: 1 },
      swapMilliseconds: { 40: 1 },
    })
  })

  it('counts no time a box for an image without boxes', () => {
    const handBacks = [handBack(ANN, later(100), { sample: { milliseconds: 4096, boxes: 0 } })]
    expect(summarize(shardFor({ handBacks }), 1).boxMilliseconds).toEqual({})
  })

  it('is added up without a difference to the sum of its parts', () => {
    const one = summarize(
      shardFor({ answers: answersOf(ANN, lines(1, 10)), handBacks: [handBack(ANN, later(100))] }),
      1,
    )
    const other = summarize(
      shardFor({
        shard: 1,
        answers: joinAnswers(answersOf(ANN, [101]), answersOf(BOB, [102], 'declined')),
        handBacks: [handBack(ANN, later(60), { answered: 1 }), handBack(BOB, later(700), { answered: 1 })],
      }),
      1,
    )
    expect(addSummaries([])).toMatchObject({ labeled: 0, given: 0, needed: 0, workers: {} })
    expect(addSummaries([one, other])).toMatchObject({ labeled: 11, failed: 1, given: 11, needed: 28 })
    expect(addSummaries([one, other]).workers).toMatchObject({
      [ANN]: { answers: 11, blocks: 2, seconds: 180, lastSeen: later(100) },
      [BOB]: { answers: 0, declined: 1, blocks: 1, lastSeen: later(700) },
    })
    expect(Object.values(addSummaries([one, other]).answersByPeriod)).toEqual([11, 1])
    expect(addSummaries([addSummaries([one]), other])).toEqual(addSummaries([one, other]))
  })
})
