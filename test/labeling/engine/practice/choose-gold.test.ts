import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  type ChosenLines,
  chooseGold,
  NOTHING_CHOSEN,
  toPracticeImages,
} from '../../../../shared/labeling/engine/creation/choose-gold.ts'
import type { TaskLine } from '../../../../shared/labeling/engine/task-lines.ts'

const BOX = { className: 'Cat', left: 1, top: 1, width: 2, height: 2 }
const task = (isKnown: boolean, boxes = 1): TaskLine => ({
  key: 'data/b/images/1.jpg',
  width: 4,
  height: 4,
  ...(isKnown && { truth: Array<typeof BOX>(boxes).fill(BOX) }),
})

/** Chooses over all lines, as many at a time as a shard has. */
function chooseAll(tasks: readonly TaskLine[], share: number, seed = 'seed', shardLines = 100) {
  let chosen: ChosenLines = NOTHING_CHOSEN
  const all: TaskLine[] = []
  for (let at = 0; at < tasks.length; at += shardLines) {
    const result = chooseGold(at + 1, tasks.slice(at, at + shardLines), { share, seed }, chosen)
    chosen = result.chosen
    all.push(...result.tasks)
  }
  const gold = all.flatMap(({ truth }, index) => (truth ? [index + 1] : []))
  return { all, gold, practice: toPracticeImages(chosen), chosen }
}

const lines = fc.array(
  fc.boolean().map((isKnown) => task(isKnown)),
  { maxLength: 350 },
)
const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('the gold of a job', () => {
  it('is as many of the lines whose answer is known as the share says, and no other line', () => {
    fc.assert(
      fc.property(lines, share, fc.string(), (tasks, wanted, seed) => {
        const known = tasks.flatMap(({ truth }, index) => (truth ? [index + 1] : []))
        const { gold, chosen } = chooseAll(tasks, wanted, seed)
        expect(gold).toHaveLength(Math.floor(wanted * known.length + 1e-9))
        expect(known).toEqual(expect.arrayContaining(gold))
        expect(chosen).toMatchObject({ known: known.length, gold: gold.length })
      }),
    )
  })

  it('leaves everything else of the lines as it is', () => {
    fc.assert(
      fc.property(lines, share, (tasks, wanted) => {
        const without = (line: TaskLine): TaskLine => ({ ...line, truth: undefined })
        expect(chooseAll(tasks, wanted).all.map(without)).toEqual(tasks.map(without))
      }),
    )
  })

  it('is spread over the job: each hundred lines have their share', () => {
    const { gold } = chooseAll(Array<TaskLine>(1000).fill(task(true)), 0.1)
    const perShard = Map.groupBy(gold, (line) => Math.floor((line - 1) / 100))
    expect([...perShard.values()].map(({ length }) => length)).toEqual(Array(10).fill(10))
  })

  it('is another one with another seed', () => {
    const tasks = Array<TaskLine>(100).fill(task(true))
    expect(chooseAll(tasks, 0.1, 'one').gold).not.toEqual(chooseAll(tasks, 0.1, 'two').gold)
  })
})

describe('the images to practice with', () => {
  it('are a hundred at most, all with their answers', () => {
    const { practice } = chooseAll(Array<TaskLine>(1000).fill(task(true)), 0.1)
    expect(practice).toHaveLength(100)
    expect(practice.every(({ truth }) => truth.length === 1)).toBe(true)
  })

  it('come from all over the job', () => {
    const { practice } = chooseAll(Array<TaskLine>(1000).fill(task(true)), 0.1)
    expect(new Set(practice.map(({ line }) => Math.floor((line - 1) / 100))).size).toBe(10)
  })

  it('are no gold as long as there are others', () => {
    const { practice, gold } = chooseAll(Array<TaskLine>(300).fill(task(true)), 0.5)
    expect(practice.filter(({ line }) => gold.includes(line))).toEqual([])
  })

  it('are none where all is gold: whoever practices is shown the truth', () => {
    expect(chooseAll(Array<TaskLine>(30).fill(task(true)), 1).practice).toEqual([])
  })

  it('are none with more than fifty boxes', () => {
    const { practice } = chooseAll([task(true, 50), task(true, 51), task(false)], 0)
    expect(practice.map(({ line }) => line)).toEqual([1])
  })
})
