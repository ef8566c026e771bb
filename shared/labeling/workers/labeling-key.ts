import { signingKey } from '../../platform/tokens/signing-key.ts'

/** Signs what workers bring back: sessions, and the tickets of tasks. */
export const labelingKey = signingKey('system/labeling-key.json', 'the key of sessions and tickets')
