import { isFinalStatus, type LabelerCounters, type LabelerJob } from '../../contracts/labeler.ts'
import type { Counters, LabelingJobView } from '../../contracts/labeling-job.ts'
import { toS3Uri } from '../../contracts/s3-uri.ts'
import type { Warning } from '../../contracts/warning.ts'
import { findOmissionWarnings } from '../../manifests/input/omissions.ts'
import type { Ports } from '../../platform/ports.ts'
import { inputManifestKey } from '../job-places.ts'
import { type LabelingJobState, toKnownRequest } from './state.ts'
import { isLeased } from './store.ts'

/** How long a client waits before it polls a running job again: people work slowly, and the service limits requests. */
export const RETRY_AFTER_SECONDS = 10

/** A job as it is known: from its own state, from its engine, or both. */
export interface KnownJob {
  readonly state: LabelingJobState | undefined
  readonly live: LabelerJob | undefined
  /** Where workers sign in; for a job that was not created here. */
  readonly portalUrl?: string | undefined
}

/** Returns a labeling job as the API shows it. Pure. @throws Error when neither state nor live job is given */
export function toJobView(
  { state, live, portalUrl }: KnownJob,
  { config, now }: Pick<Ports, 'config' | 'now'>,
): LabelingJobView {
  const known = live ?? toClaimedJob(state)
  const { omissions } = state ?? {}
  const counters = toCounters(known.counters, state && state.lines - state.alreadyLabeled)
  const { unreadable: _, ...progress } = known.progress ?? {}
  const uriAt = (key: string): string => toS3Uri(key, { config })
  return withoutUndefined({
    job: state?.job ?? known.job,
    batch: state?.batch,
    engine: state?.request.engine ?? 'sagemaker',
    status: known.status,
    counters,
    progressPercent: toProgressPercent(counters, known.status),
    ...progress,
    secondsRunning: toSecondsRunning(known, now()),
    warnings: [
      ...(omissions ? findOmissionWarnings(omissions) : []),
      ...(state?.request.gold && live?.hasGold === false ? [NO_GOLD] : []),
      ...findWarnings(known, counters, state, now()),
    ],
    failureReason: known.failureReason || undefined,
    output: state?.end?.output,
    inputManifestUri: state ? uriAt(inputManifestKey(state, { config })) : known.inputManifestUri,
    outputManifestUri: known.outputManifestUri ?? state?.end?.outputManifestUri,
    mode: state?.request.mode,
    labelAttributeName: state?.labelAttributeName,
    labels: state?.labels,
    alreadyLabeled: state?.alreadyLabeled,
    omittedCount: omissions?.omittedCount,
    omittedByOutcome: omissions?.omittedByOutcome,
    omitted: omissions?.omitted,
    extraLines: omissions?.extraLines,
    workteamArn: known.workteamArn,
    portalUrl: state?.portalUrl ?? portalUrl,
    arn: known.arn || state?.arn || undefined,
    request: state && toKnownRequest(state),
    createdAt: state?.createdAt ?? known.createdAt,
    updatedAt: known.updatedAt,
  })
}

/**
 * Leaves out the fields that have no value. The view is not parsed: its state may have names that only a newer version
 * knows.
 */
const withoutUndefined = (
  view: {
    readonly [Field in keyof LabelingJobView]: LabelingJobView[Field] | undefined
  },
): LabelingJobView =>
  // All required fields have a value.
  Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined)) as LabelingJobView

type Known = Omit<LabelerJob, 'status'> & { readonly status: LabelingJobView['status'] }

/** Returns a job that the service does not have yet. */
function toClaimedJob(state: LabelingJobState | undefined): Known {
  if (!state) throw new Error('A job view needs the state or the live job.')
  return {
    job: state.job,
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
 * Converts the counters of the service, which are all zero at first, although the number of objects is known. AWS does not
 * document whether they include objects that were labeled before; if so, the total is larger. Pure.
 * @param objects the number of objects that the job has to label, where that is known
 */
export function toCounters(counters: LabelerCounters, objects = 0): Counters {
  const { labeled, humanLabeled, machineLabeled, failed, unlabeled } = counters
  const total = Math.max(objects, labeled + failed + unlabeled)
  return { total, labeled, humanLabeled, machineLabeled, failed, unlabeled: total - labeled - failed }
}

function toProgressPercent({ total, labeled, failed }: Counters, status: LabelingJobView['status']): number {
  if (total === 0) return status === 'Completed' ? 100 : 0
  return Math.floor((1000 * (labeled + failed)) / total) / 10
}

/** Returns whole minutes while the job runs, so that the ETag of the view stays the same for a minute. */
function toSecondsRunning({ status, createdAt, updatedAt }: Known, now: Date): number {
  const since = Date.parse(createdAt)
  const seconds = isFinalStatus(status)
    ? (Date.parse(updatedAt) - since) / 1000
    : 60 * Math.floor((now.getTime() - since) / 60_000)
  return Math.max(0, Math.floor(seconds))
}

/** Returns what the status does not show. */
function findWarnings(
  { status, progress }: Known,
  { failed, unlabeled, total }: Counters,
  state: LabelingJobState | undefined,
  now: Date,
): Warning[] {
  if (state?.state === 'creating' && status === 'Creating' && !isLeased(state, now)) return [creationStopped(state)]
  const lost = progress?.unreadable ?? []
  if (!isFinalStatus(status)) return lost.length === 0 ? [] : [unreadableState(lost)]
  const warnings: Warning[] = []
  const hint = (what: string): string => (state ? ` A job with "continueFrom": "${state.job}" ${what}.` : '')
  const expired = state?.end?.output?.expired ?? 0
  const why =
    expired > 0
      ? ` (${expired} expired: nobody answered, everybody declined, or the image or the page could not be shown)`
      : ''
  if (failed > 0)
    warnings.push({
      code: 'failed-objects',
      message: `${failed} of ${total} objects failed${why} and have no label.${hint('retries them')}`,
    })
  if (unlabeled > 0)
    warnings.push({
      code: 'unlabeled-objects',
      message: `${unlabeled} of ${total} objects were not labeled.${hint('can label them')}`,
    })
  const undecided = progress?.disputes?.undecided ?? 0
  if (undecided > 0)
    warnings.push({
      code: 'disputed-objects',
      message: `Workers differ on ${undecided} of ${total} objects, or say that a box is missing, and nobody has decided; they are labeled as most workers say.`,
    })
  const unreadable = state?.end?.output?.unreadable ?? 0
  if (unreadable > 0)
    warnings.push({ code: 'unreadable-lines', message: `${unreadable} lines of the output manifest cannot be read.` })
  return warnings
}

/** The warning of a job of a run that asked for gold before anybody could know that there is none. */
const NO_GOLD: Warning = {
  code: 'no-gold',
  message: 'No image of the job has a known answer, so workers do not practice, and nothing is scored by known boxes.',
}

/** Returns the warning of a running job whose stored objects are missing or damaged: what they hold is not counted. */
const unreadableState = (keys: readonly string[]): Warning => ({
  code: 'unreadable-state',
  message: `${keys.length} stored objects of the job are missing or damaged, and not counted: ${keys.slice(0, 10).join(', ')}${keys.length > 10 ? ', …' : ''}.`,
})

/** Returns the warning of a claim whose lease has expired or was released. */
const creationStopped = ({ job }: LabelingJobState): Warning => ({
  code: 'creation-stopped',
  message: `The creation of "${job}" was interrupted; repeat its PUT to resume it.`,
})
