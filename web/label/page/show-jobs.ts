import type { WorkerJobItem } from '../../../shared/contracts/worker-job.ts'
import { type Context, toText } from './context.ts'
import { leaveJob } from './job-flow.ts'
import { type Kept, START } from './state.ts'

/** Shows the jobs of the worker. */
export async function showJobs(context: Context): Promise<void> {
  const { outbox } = context.state
  if (outbox.onlyHere > 0) {
    context.change({
      notice: { kind: 'warn', text: 'Stay here until your answers are sent: this browser cannot keep them.' },
    })
    return
  }
  leaveJob(context)
  context.change({ at: 'jobs', isLoading: true, problem: undefined, job: undefined, block: undefined })
  try {
    const jobs = (await context.api?.jobs()) ?? []
    context.change({ jobs, kept: await readKept(context, jobs), isLoading: false })
  } catch (error) {
    context.change({
      isLoading: false,
      problem: toText(error),
      kept: await readKept(context, []).catch(() => START.kept),
    })
  }
}

async function readKept({ state, store }: Context, jobs: readonly WorkerJobItem[]): Promise<Kept> {
  if (!state.signedIn) return START.kept
  const { account } = state.signedIn
  const [answers, drafts, saved] = await Promise.all([
    store.queued(account),
    store.drafts(account),
    Promise.all(jobs.map(async ({ job }) => [job, await store.savedCount(account, job)] as const)),
  ])
  const drawn = drafts.filter(({ boxes, comment }) => boxes.length > 0 || comment !== '')
  return { answers: answers.length, drafts: drawn.length, saved: new Map(saved) }
}
