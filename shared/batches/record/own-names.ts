import { COPY_EXTENSIONS } from '../../image-files/image-extension.ts'

/** The form of ids that Groundwork makes. */
const ID = '[a-z0-9]{16}'

/** Names that only Groundwork gives: state, image lists, rounds and the manifest. */
const OWN_NAMES = [
  /^batch\.json$/,
  new RegExp(`^images(-${ID})?\\.jsonl$`),
  new RegExp(`^copies/${ID}/\\d+(\\.json|/(start|\\d{4})\\.json)$`),
  /^manifests\/input\.manifest$/,
]

/** What the labeling service reads for a job, and the folder that it writes into. */
const JOB_NAMES = [
  /^manifests\/([^/]+)\/(?:input\.manifest|label-categories\.json|template\.liquid\.html)$/,
  /^(?!(?:images|copies|manifests)\/)([^/]+)\/./,
]

/** Whether a name is one that Groundwork gives to something else than a copy or a file of a labeling job. Pure. */
export const hasOwnName = (name: string): boolean => OWN_NAMES.some((pattern) => pattern.test(name))

/** Returns the labeling job that a file belongs to by its name, if there is such a job. Pure. */
export const findJobName = (name: string): string | undefined =>
  JOB_NAMES.flatMap((pattern) => pattern.exec(name)?.[1] ?? [])[0]

/** A copy. In batches of older versions it always ends in `.jpg`. */
const COPY_NAME = new RegExp(`^images/[0-9a-f]{16}\\.(${COPY_EXTENSIONS.join('|')})$`)

/** Whether a batch could have written an object of this name, if there were one. Pure. */
export const mayBeOwn = (name: string): boolean => hasOwnName(name) || COPY_NAME.test(name)
