import type { Guard } from '../guard.ts'

const STORE = 'shared/labeling/jobs/store.ts'
const REBUILD = 'shared/labeling/jobs/rebuild.ts'
const CHANGED = 'shared/labeling/jobs/job-changed.ts'
const CREATE_TEST = 'test/labeling/jobs/create.test.ts'
const DAMAGED_TEST = 'test/labeling/jobs/damaged-jobs.test.ts'
const CHANGED_TEST = 'test/labeling/jobs/job-changed.test.ts'
const IMAGES = 'shared/labeling/jobs/batch-images.ts'
const OMITTED_TEST = 'test/labeling/jobs/omitted-images.test.ts'
const OTHER_TEST = 'test/labeling/jobs/other-sources.test.ts'
const DAMAGED_RESULT_TEST = 'test/labeling/engine/damaged-result.test.ts'
const DELETE_WORK_TEST = 'test/batches/delete-work.test.ts'
const STEP_TEST = 'test/labeling/jobs/creation-step.test.ts'
const OWN_TEST = 'test/labeling/jobs/own-engine.test.ts'

/** `shared/labeling/jobs/`: the claim of a name, the rebuilding of states, the end of a job. */
export const LABELING_GUARDS: readonly Guard[] = [
  {
    prevents: 'Images that are not in the manifest are left out of a job without being counted.',
    file: IMAGES,
    text: '    if (!seen.has(uri)) yield leaveOut(',
    without: '    if (false) yield leaveOut(',
    tests: [OMITTED_TEST, OTHER_TEST],
  },
  {
    prevents: 'A labeled line is not carried over to the next job because its image is too large.',
    file: IMAGES,
    text: '(!isDone && image?.excess)',
    without: 'image?.excess',
    tests: [OTHER_TEST],
  },
  {
    prevents: 'A line that repeats an image is lost when boxes are added to the manifest.',
    file: IMAGES,
    text: 'for (const [index, line] of own.entries())',
    without: 'for (const [index, line] of own.slice(0, 1).entries())',
    tests: [OTHER_TEST],
  },
  {
    prevents: 'A job of an edited manifest warns about images that its editor removed.',
    file: 'shared/manifests/input/omissions.ts',
    text: 'const count = omittedCount - unwanted',
    without: 'const count = omittedCount',
    tests: [OTHER_TEST],
  },
  {
    prevents: 'Two calls create a job at once.',
    file: 'shared/labeling/jobs/creation-step.ts',
    text: "if (!isInterrupted(state, now)) return { kind: 'in-progress', state }",
    without: '',
    tests: [STEP_TEST, CREATE_TEST],
  },
  {
    prevents: 'A name whose call crashed is taken for ever.',
    file: STORE,
    text: "state === 'creating' && isLeaseActive(lease, now)",
    without: "state === 'creating'",
    tests: [STEP_TEST, CREATE_TEST],
  },
  {
    prevents: 'A call that has lost its claim removes that of another.',
    file: STORE,
    text: 'isSameLease(found?.value.lease, claim.lease) ? found : undefined',
    without: 'found',
    tests: [CREATE_TEST],
  },
  {
    prevents: 'A refused job removes what somebody else put into its folder.',
    file: STORE,
    text: ', { keep: (key) => !written.includes(key) })',
    without: ')',
    tests: [CREATE_TEST],
  },
  {
    prevents: 'A job is removed here that the service may have.',
    file: STORE,
    text: 'const isKept = mayExist(error)',
    without: 'const isKept = false',
    tests: [CREATE_TEST],
  },
  {
    prevents: 'A job is recorded in a batch that was recreated.',
    file: STORE,
    text: "state?.batchId === batchId && state.state === 'selected'",
    without: "state?.state === 'selected'",
    tests: [CREATE_TEST, 'test/faults/labeling-meanwhile.test.ts', CHANGED_TEST],
  },
  {
    prevents: 'A job that has ended is recorded as in progress by a slow call.',
    file: STORE,
    text: " || (recorded === 'InProgress' && status !== recorded)",
    without: ' || status !== recorded',
    tests: [CREATE_TEST, CHANGED_TEST],
  },
  {
    prevents: 'The state of a job is rebuilt from a job of the service that was not created here.',
    file: 'shared/labeling/jobs/own-job.ts',
    text: 'job.inputManifestUri === toS3Uri(inputManifestKey(place, { config }), { config })',
    without: 'true',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'The state of a job is rebuilt from a request for another team.',
    file: REBUILD,
    text: '  live.workteamArn === workteamArn &&\n',
    without: '',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'The state of a job is rebuilt for a batch that was recreated.',
    file: REBUILD,
    text: 'labelingJobs?.some((recorded) => recorded.job === job) === true',
    without: 'true',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A rebuilt job counts the lines of a damaged input manifest.',
    file: REBUILD,
    text: 'if (tally.issues.length > 0)',
    without: 'if (false)',
    tests: [DAMAGED_TEST],
  },
  {
    prevents: 'A job that ends twice has two ends.',
    file: CHANGED,
    text: '  if (!state.end) return enqueueEvent',
    without: '  return enqueueEvent',
    tests: [CHANGED_TEST],
  },
  {
    prevents: 'A change that the service does not confirm ends a job.',
    file: CHANGED,
    text: '  if (!isFinalStatus(live.status))\n',
    without: '  if (false)\n',
    tests: [CHANGED_TEST],
  },
  {
    prevents: 'The event of a job is lost while its batch cannot be read.',
    file: CHANGED,
    text: 'await skipCorrupt(recordInBatch(ended, end.status, end.at, ports), ports)',
    without: 'await recordInBatch(ended, end.status, end.at, ports)',
    tests: [CHANGED_TEST, DAMAGED_TEST],
  },
  {
    prevents: 'Lines are taken from an input manifest that was changed.',
    file: 'shared/labeling/engine/result/shard-lines.ts',
    text: 'found?.length === lines && stored?.bytes.length === input.end - input.start',
    without: 'found && stored',
    tests: [DAMAGED_RESULT_TEST],
  },
  {
    prevents: 'The end of a job is lost when its batch is deleted right after it.',
    file: 'shared/labeling/jobs/remove-work.ts',
    text: '  if (state) await recordEndIfFinal(state.value, ports)\n',
    without: '',
    tests: [DELETE_WORK_TEST],
  },
  {
    prevents: 'The end of a job at SageMaker ends a job of ours that has the same name.',
    file: CHANGED,
    text: "const found = named?.value.request.engine === 'groundwork' ? undefined : named",
    without: 'const found = named',
    tests: [OWN_TEST],
  },
  {
    prevents: 'A page of both engines shows a job before one that was not read yet.',
    file: 'shared/labeling/jobs/merge-lists.ts',
    text: 'if ((one === undefined && first.isMore) || (two === undefined && second.isMore)) break',
    without: '',
    tests: ['test/labeling/jobs/list-engines.test.ts'],
  },
  {
    prevents: 'A job that continues another at SageMaker is refused because labels were left out.',
    file: 'shared/labeling/jobs/preflight-earlier.ts',
    text: 'alreadyLabeled + omittedLabels < labeled',
    without: 'alreadyLabeled < labeled',
    tests: ['test/labeling/jobs/boxes-from.test.ts'],
  },
]
