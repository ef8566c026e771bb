/** What a request does, before it is sent. */
export interface Effect {
  readonly kind: 'reads' | 'previews' | 'changes'
  /** Whether the person is asked first: before each deletion, and where there is no preview. */
  readonly isConfirmed: boolean
  /** One sentence for the person. */
  readonly text: string
}

interface Request {
  readonly method: string
  /** The scope of the token; undefined where none is needed. */
  readonly scope: string | undefined
  readonly canPreview: boolean
  /** The value of `validateOnly` in the form. */
  readonly validateOnly: string | undefined
}

const READS = { kind: 'reads', isConfirmed: false, text: 'Reads only.' } as const

/** Describes what a request of the form does. Pure. */
export function describeEffect({ method, scope, canPreview, validateOnly }: Request): Effect {
  if (method === 'get' || scope === 'read') return READS
  if (canPreview && validateOnly === 'true')
    return {
      kind: 'previews',
      isConfirmed: false,
      text: 'Preview: nothing is changed. Set validateOnly to false to make the change.',
    }
  return {
    kind: 'changes',
    isConfirmed: method === 'delete' || !canPreview,
    text: canPreview ? 'Changes data: validateOnly is not true.' : 'Changes data: this request has no preview.',
  }
}
