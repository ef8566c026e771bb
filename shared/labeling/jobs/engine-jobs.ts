import type { Engine, LabelerJob } from '../../contracts/labeler.ts'
import type { Ports } from '../../platform/ports.ts'
import { describeWork } from '../engine/describe-work.ts'
import { requestStop } from '../engine/stop.ts'

/** The ports by which the jobs of both engines are read. */
export type EngineNeeds = Pick<Ports, 'objects' | 'labeler' | 'log' | 'now' | 'newId'>

/** Returns the job that an engine has under a name; undefined where it has none. */
export const describeJob = (engine: Engine, job: string, ports: EngineNeeds): Promise<LabelerJob | undefined> =>
  engine === 'groundwork' ? describeWork(job, ports) : ports.labeler.describe(job)

/** Starts to stop a job, which takes a while. Returns `over` when it has ended already. */
export const stopAtEngine = (
  engine: Engine,
  job: string,
  ports: EngineNeeds & Pick<Ports, 'messages' | 'requestId'>,
): Promise<'stopping' | 'over' | 'missing'> =>
  engine === 'groundwork' ? requestStop(job, ports) : ports.labeler.stop(job)
