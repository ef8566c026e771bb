import type { RunView } from '../contracts/run.ts'
import { toS3Uri } from '../contracts/s3-uri.ts'
import type { Ports } from '../platform/ports.ts'
import { currentStep, type StepState } from './record/run.ts'
import type { BatchState } from './record/state.ts'
import { manifestKey } from './record/store.ts'

type StepView = RunView['steps'][number]

/** Returns the run of a batch as the API shows it: the choice of its images, then the steps of its run. Pure. */
export function toRunView(batch: string, state: BatchState, ports: Pick<Ports, 'config'>): RunView {
  const { run } = state
  const select = selectView(batch, state)
  const later = run?.steps.map((step) => stepView(batch, step, state, ports)) ?? []
  const problem = [select, ...later].find((step) => step.problem)?.problem
  const isChosen = select.state === 'done'
  const current = isChosen && run ? (currentStep(run)?.step ?? run.upTo) : 'select'
  return {
    upTo: run?.upTo ?? 'select',
    state: select.state === 'failed' ? 'failed' : (run?.state ?? select.state),
    step: current,
    steps: [select, ...later],
    ...(problem && { problem }),
  }
}

function selectView(batch: string, { state, selection, selectedAt, createdAt, problem }: BatchState) {
  // A batch may be deleted before its images were chosen.
  const states = { selecting: 'running', failed: 'failed', selected: 'running', deleting: 'stopped' } as const
  return {
    step: 'select' as const,
    // A state that only a newer version knows has no selection that this one could go on with.
    state: selection ? ('done' as const) : (states[state] ?? 'stopped'),
    startedAt: createdAt,
    ...(selectedAt !== undefined && { endedAt: selectedAt }),
    ...(problem && { problem }),
    link: `/v1/batches/${batch}/images`,
  }
}

function stepView(
  batch: string,
  { after: _, ...step }: StepState,
  { request }: BatchState,
  ports: Pick<Ports, 'config'>,
): StepView {
  const hasBegun = step.startedAt !== undefined
  switch (step.step) {
    case 'copy':
      return { ...step, ...(hasBegun && { link: `/v1/batches/${batch}/copy` }) }
    case 'manifest':
      return {
        ...step,
        ...(hasBegun && { link: `/v1/batches/${batch}/manifest` }),
        ...(step.state === 'done' && { uri: toS3Uri(manifestKey(batch, ports), ports) }),
      }
    case 'label':
      return { ...step, ...(hasBegun && { link: `/v1/labeling-jobs/${request.labelingJob?.job ?? batch}` }) }
    // A step that only a newer version knows.
    default:
      return step
  }
}
