import { ResourceName } from './resource-name.ts'

/** Folders of a batch, which a job of that name would write into. */
const BATCH_FOLDERS: readonly string[] = ['images', 'copies', 'manifests']

/** The name of a labeling job: the rule of the labeling service, without the folders of a batch. */
export const JobName = ResourceName.refine((name) => !BATCH_FOLDERS.includes(name.toLowerCase()), {
  error: `must not be ${BATCH_FOLDERS.join(', ')}, which are folders of a batch`,
}).describe('Name of the labeling job')
