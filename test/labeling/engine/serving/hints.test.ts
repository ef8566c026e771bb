import { describe, expect, it } from '@jest/globals'
import type { ClassBox } from '../../../../shared/labeling/engine/consolidation/boxes.ts'
import { submitAnswer } from '../../../../shared/labeling/engine/serving/submit-answer.ts'
import { catBox } from '../../../support/fixtures/closed-work.ts'
import { getWork, JOB, openWork, type WorkReply, workerNumber } from '../../../support/fixtures/open-work.ts'
import type { MemoryPorts } from '../../../support/world/ports.ts'

/** Lets a worker draw the same box on the images of two blocks. Returns what comes when the first one is handed back. */
async function drawTwice(ports: MemoryPorts, number: number, box: ClassBox): Promise<WorkReply> {
  const worker = workerNumber(number)
  const first = await drawAll(ports, number, await getWork(ports, worker), box)
  const second = await getWork(ports, worker, first)
  await drawAll(ports, number, second, box)
  return second
}

async function drawAll(
  ports: MemoryPorts,
  number: number,
  { block, tasks }: WorkReply,
  box: ClassBox,
): Promise<string> {
  for (const { line, ticket } of tasks) {
    const request = { ticket, submitId: `submit-${number}-${line}`, answer: 'boxes' as const, boxes: [box] }
    await submitAnswer(JOB, line, workerNumber(number), request, ports)
  }
  return block
}

describe('a worker who hands a block back', () => {
  it('is told at once what to do differently in the next one', async () => {
    const { ports } = openWork(40, { workersPerObject: 3, review: 'disputes' })
    for (const number of [1, 2]) await drawTwice(ports, number, catBox())
    const { left, width, ...box } = catBox()
    const { hints } = await drawTwice(ports, 3, { ...box, left, width: 1.2 * width })
    expect(hints).toEqual([{ pattern: 'loose', className: 'Cat', edge: 'right', cases: 10 }])
  })

  it('is told nothing who draws as the others do', async () => {
    const { ports } = openWork(40, { workersPerObject: 3, review: 'disputes' })
    for (const number of [1, 2]) await drawTwice(ports, number, catBox())
    expect(await drawTwice(ports, 3, catBox())).not.toHaveProperty('hints')
  })
})
