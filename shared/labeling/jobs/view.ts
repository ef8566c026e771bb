import { toS3Uri } from '../../batches/record/store.ts'
import { isFinalStatus, type LabelerCounters, type LabelerJob } from '../../contracts/labeler.ts'
import { type Counters, LabelingJobView } from '../../contracts/labeling-job.ts'
import type { Warning } from '../../contracts/warning.ts'
import type { Ports } from '../../platform/ports.ts'
import { isLeased } from './claim.ts'
import { inputManifestKey } from './job-files.ts'
import type { LabelingJobState } from './state.ts'

/** How long to wait before looking at a running job again: people work slowly, and the service limits calls. */
export const RETRY_AFTER_SECONDS = 10

/** What is known of a job: by us, by the service, or by both. */
export interface KnownJob {
  readonly state: LabelingJobState | undefined
  readonly live: LabelerJob | undefined
  /** Where the workers of a job that was made elsewhere sign in. */
  readonly portalUrl?: string | undefined
}

/** A labeling job as the API shows it. Pure. @throws Error when nothing is known of it */
export function toJobView(
  { state, live, portalUrl }: KnownJob,
  { config, now }: Pick<Ports, 'config' | 'now'>,
): LabelingJobView {
  const known = live ?? claimed(state)
  const counters = toCounters(known.counters, state && state.lines - state.alreadyLabeled)
  const uriAt = (key: string): string => toS3Uri(key, { config })
  return present({
    job: state?.job ?? known.job,
    batch: state?.batch,
    status: known.status,
    counters,
    progressPercent: progressOf(counters, known.status),
    secondsRunning: secondsOf(known, now()),
    warnings: warningsOf(known, counters, state, now()),
    failureReason: known.failureReason || undefined,
    output: state?.end?.output,
    inputManifestUri: state ? uriAt(inputManifestKey(state, { config })) : known.inputManifestUri,
    outputManifestUri: known.outputManifestUri ?? state?.end?.outputManifestUri,
    mode: state?.request.mode,
    labelAttributeName: state?.labelAttributeName,
    labels: state?.labels,
    alreadyLabeled: state?.alreadyLabeled,
    workteamArn: known.workteamArn,
    portalUrl: state?.portalUrl ?? portalUrl,
    arn: known.arn || state?.arn,
    request: state?.request,
    createdAt: state?.createdAt ?? known.createdAt,
    updatedAt: known.updatedAt,
  })
}

/** A view without the fields that nothing is known for. */
function present(
  view: { readonly [Field in keyof LabelingJobView]: LabelingJobView[Field] | undefined },
): LabelingJobView {
  return LabelingJobView.parse(Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined)))
}

type Known = Omit<LabelerJob, 'status'> & { readonly status: LabelingJobView['status'] }

/** A job that the service does not have yet. */
function claimed(state: LabelingJobState | undefined): Known {
  if (!state) throw new Error('nothing is known of the job')
  return {
    job: state.job,
    arn: '',
    status: 'Creating',
    counters: { labeled: 0, humanLabeled: 0, machineLabeled: 0, failed: 0, unlabeled: 0 },
    failureReason: undefined,
    outputManifestUri: undefined,
    inputManifestUri: undefined,
    workteamArn: state.request.workteamArn,
    createdAt: state.createdAt,
    updatedAt: state.createdAt,
  }
}

/**
 * The service's counters are all zero at first: how many objects there are is known before. Whether it counts what was
 * labeled before the job, too, is not documented; then there are more. Pure.
 * @param objects that the job was to label, where that is known
 */
export function toCounters(counters: LabelerCounters, objects = 0): Counters {
  const { labeled, humanLabeled, machineLabeled, failed, unlabeled } = counters
  const total = Math.max(objects, labeled + failed + unlabeled)
  return { total, labeled, humanLabeled, machineLabeled, failed, unlabeled: total - labeled - failed }
}

function progressOf({ total, labeled, failed }: Counters, status: LabelingJobView['status']): number {
  if (total === 0) return status === 'Completed' ? 100 : 0
  return Math.floor((1000 * (labeled + failed)) / total) / 10
}

/** While it runs, in whole minutes: who asks more often than that is answered as before, and has to read nothing. */
function secondsOf({ status, createdAt, updatedAt }: Known, now: Date): number {
  const since = Date.parse(createdAt)
  const seconds = isFinalStatus(status)
    ? (Date.parse(updatedAt) - since) / 1000
    : 60 * Math.floor((now.getTime() - since) / 60_000)
  return Math.max(0, Math.floor(seconds))
}

/** What a status does not say. */
function warningsOf(
  { status }: Known,
  { failed, unlabeled, total }: Counters,
  state: LabelingJobState | undefined,
  now: Date,
): Warning[] {
  if (state?.state === 'creating' && status === 'Creating' && !isLeased(state, now)) return [stoppedCreating(state)]
  if (!isFinalStatus(status)) return []
  const warnings: Warning[] = []
  const goOn = (how: string): string => (state ? ` A job with "continueFrom": "${state.job}" ${how}.` : '')
  const expired = state?.end?.output?.expired ?? 0
  const why =
    expired > 0
      ? ` (${expired} expired: nobody answered, all declined, or the image or the page could not be shown)`
      : ''
  if (failed > 0)
    warnings.push({
      code: 'failed-objects',
      message: `${failed} of ${total} objects failed${why} and have no label.${goOn('tries them again')}`,
    })
  if (unlabeled > 0)
    warnings.push({
      code: 'unlabeled-objects',
      message: `${unlabeled} of ${total} objects were not labeled.${goOn('labels them')}`,
    })
  const unreadable = state?.end?.output?.unreadable ?? 0
  if (unreadable > 0)
    warnings.push({ code: 'unreadable-lines', message: `${unreadable} lines of the output manifest cannot be read.` })
  return warnings
}

/** What a claim says that nobody holds any more. */
const stoppedCreating = ({ job }: LabelingJobState): Warning => ({
  code: 'creation-stopped',
  message: `The creation of "${job}" has stopped; repeating its PUT goes on with it.`,
})
