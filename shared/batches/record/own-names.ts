/** Names that only Groundwork gives: state, image lists, rounds, manifests, and the files of labeling jobs. */
const OWN_NAMES = [
  /^batch\.json$/,
  /^images(-[a-z0-9]+)?\.jsonl$/,
  /^copies\/[^/]+\/\d+(\.json|\/(start|\d{4})\.json)$/,
  /^manifests\/([^/]+\/)?input\.manifest$/,
  /^manifests\/[^/]+\/(label-categories\.json|template\.liquid\.html)$/,
]

/** Whether a name is one that Groundwork gives to something else than a copy. Pure. */
export const hasOwnName = (name: string): boolean => OWN_NAMES.some((pattern) => pattern.test(name))

/** Whether a batch could have written an object of this name, if there were one. Pure. */
export const mayBeOwn = (name: string): boolean => hasOwnName(name) || /^images\/[0-9a-f]{16}\.jpg$/.test(name)
