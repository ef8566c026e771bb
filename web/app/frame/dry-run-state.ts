import type { Problem } from './problem.ts'

/** What the API would do with a form as it is now. */
export type DryRun<Preview> =
  /** Something that every request needs is missing. */
  | { readonly state: 'incomplete' }
  /** `last`: the preview of the form before its last change, so that nothing flickers. */
  | { readonly state: 'checking'; readonly last?: Preview | undefined }
  | { readonly state: 'fine'; readonly preview: Preview }
  | { readonly state: 'refused'; readonly problem: Problem }

/** Returns what is shown while another dry run is under way. Pure. */
export function toChecking<Preview>(before: DryRun<Preview>): DryRun<Preview> {
  const last = getPreview(before)
  return { state: 'checking', ...(last !== undefined && { last }) }
}

/** Returns the preview that a dry run has, or had before the last change. Pure. */
export function getPreview<Preview>(run: DryRun<Preview>): Preview | undefined {
  if (run.state === 'fine') return run.preview
  return run.state === 'checking' ? run.last : undefined
}
