import { describe, expect, it } from '@jest/globals'
import { chooseGold, NOTHING_CHOSEN } from '../../../../shared/labeling/engine/creation/choose-gold.ts'
import { CAT, DOG, row } from '../../../support/fixtures/pets.ts'
import { goldJob, TRUTH } from '../../../support/fixtures/practice-job.ts'
import { jsonAt } from '../../../support/world/bucket-contents.ts'

const GROUP = '0,0,1,0,0'

const goldOf = ({ lines }: Awaited<ReturnType<typeof goldJob>>): number[] =>
  [...lines].flatMap(([line, { truth }]) => (truth ? [line] : []))

describe('the lines of a job with gold', () => {
  it('have the known boxes in pixels where they are gold: a tenth, if the job does not say more', async () => {
    const job = await goldJob(40, {})
    expect(goldOf(job)).toHaveLength(4)
    expect(job.lines.get(goldOf(job)[0]!)?.truth).toEqual([TRUTH])
    expect(job.work.gold).toEqual({ share: 0.1, practice: 5 })
  })

  it('are gold in the share that the job asks for', async () => {
    expect(goldOf(await goldJob(40, { share: 0.5 }))).toHaveLength(20)
    expect(goldOf(await goldJob(40, { share: 1 }))).toHaveLength(40)
    expect(goldOf(await goldJob(40, { share: 0 }))).toEqual([])
  })

  it('have no truth in a job without gold', async () => {
    const job = await goldJob(40)
    expect(goldOf(job)).toEqual([])
    expect(job.work).not.toHaveProperty('gold')
  })

  it('are known where no box is a group, and the truth has the boxes of all classes', async () => {
    const rows = [row(1, CAT), row(2, CAT), row(2, CAT, GROUP), row(3, CAT), row(3, DOG), row(4, CAT, '1,1,-1,1,1')]
    const job = await goldJob(rows, { share: 1 })
    expect(goldOf(job)).toEqual([1, 3, 4])
  })

  it('look like all others to workers', async () => {
    const { hire, lines } = await goldJob(10, { share: 0.5, practice: 0 })
    const { tasks } = await (await hire()).work()
    expect([...lines.values()].filter(({ truth }) => truth)).toHaveLength(5)
    expect(new Set(tasks.map((task) => Object.keys(task).join())).size).toBe(1)
    for (const { ticket } of tasks)
      expect(Object.keys(JSON.parse(Buffer.from(ticket.split('.')[0]!, 'base64url').toString()))).toEqual(
        Object.keys(JSON.parse(Buffer.from(tasks[0]!.ticket.split('.')[0]!, 'base64url').toString())),
      )
    expect(JSON.stringify(tasks)).not.toContain('truth')
  })

  it('cannot be told by whoever knows the id of the work, which is in every ticket', async () => {
    const job = await goldJob(60, { share: 0.5 })
    const tasks = [...job.lines.values()].map(() => ({ truth: [TRUTH] }))
    const guessed = chooseGold(1, tasks, { share: 0.5, seed: job.work.workId }, NOTHING_CHOSEN).tasks
    expect(guessed.flatMap(({ truth }, index) => (truth ? [index + 1] : []))).not.toEqual(goldOf(job))
  })

  it('are counted as all others', async () => {
    const { hire } = await goldJob(10, { share: 1, practice: 0 })
    const ann = await hire()
    const { tasks, block } = await ann.work()
    for (const task of tasks) expect((await ann.answer(task)).json).toMatchObject({ counted: true })
    expect(await ann.next(block)).toMatchObject({ state: 'done' })
  })

  it('to practice with are stored with their answers', async () => {
    const job = await goldJob(40, { share: 0.25 })
    const { images } = jsonAt(job.ports.world, `system/labeling-work/cats-1/${job.work.workId}/practice.json`)
    expect(images).toHaveLength(30)
    const [{ line }] = images
    expect(images[0]).toEqual({ line, key: job.lines.get(line)?.key, width: 400, height: 200, truth: [TRUTH] })
    expect(job.lines.get(line)).not.toHaveProperty('truth')
  })
})
