import { randomFrom } from '../../local/seeded-random.ts'
import type { NextRequest } from '../../shared/contracts/labeling-task.ts'
import { KINDS } from './kinds.ts'
import type { Person, PersonReport, Tab, Workplace } from './tab.ts'
import { workOnBlock } from './work-on-block.ts'
import { Refused } from './worker-client.ts'

/** Blocks in a row in which every answer was refused: then nothing helps. */
const MAX_FRUITLESS_BLOCKS = 10

export const newReport = ({ name, kind }: Person): PersonReport => ({
  name,
  kind,
  ended: 'done',
  blocks: 0,
  acknowledged: 0,
  counted: 0,
  refused: {},
  waits: 0,
  early: 0,
})

/** Works on a job until nothing is left for this person, or the person leaves. */
export async function beWorker(person: Person, place: Workplace): Promise<PersonReport> {
  const report = newReport(person)
  const tabs = KINDS[person.kind].habit === 'two-tabs' ? ['tab 1', 'tab 2'] : ['tab 1']
  await place.clock.together(
    tabs.map((tab) => async () => {
      await useTab({ person, place, report, random: randomFrom(person.seed, `${person.name}, ${tab}`), clockHours: 0 })
    }),
  )
  return report
}

async function useTab(tab: Tab): Promise<void> {
  const { client, job } = tab.place
  let fruitless = 0
  try {
    for (let reply = await client.next(job, {}); reply.state !== 'done'; ) {
      if (reply.state === 'wait') {
        await waitAsTold(reply.retryAfterSeconds, tab)
        reply = await client.next(job, {})
        continue
      }
      const { acknowledged } = tab.report
      const outcome = await workOnBlock(reply, tab)
      fruitless = acknowledged === tab.report.acknowledged ? fruitless + 1 : 0
      if (outcome === 'left' || fruitless === MAX_FRUITLESS_BLOCKS) {
        tab.report.ended = outcome === 'left' ? 'left' : 'stuck'
        return
      }
      reply = outcome === 'finished' ? await client.next(job, toFinished(reply.block, tab)) : outcome
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    tab.report.ended = error.code
  }
}

const toFinished = (finished: string, { random }: Tab): NextRequest => ({
  finished,
  swapMilliseconds: random.between(20, 80),
})

/** Waits, and counts it when that was too short. */
async function waitAsTold(seconds: number, { place: { clock }, report }: Tab): Promise<void> {
  report.waits += 1
  const notBefore = clock.now() + 1000 * seconds
  await clock.wait(seconds)
  if (clock.now() < notBefore) report.early += 1
}
