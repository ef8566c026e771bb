import type { Guard } from '../guard.ts'

const TOKEN_TESTS = ['test/platform/tokens/damaged-tokens.test.ts', 'test/platform/tokens/tokens.test.ts']

/** Messages of other versions, and API tokens. */
export const QUEUE_AND_TOKEN_GUARDS: readonly Guard[] = [
  {
    prevents: 'A message of a newer version is misunderstood.',
    file: 'shared/platform/queue/message-version.ts',
    text: ' && Number(version) <= MESSAGE_VERSION',
    without: '',
    tests: ['test/platform/queue/message-version.test.ts'],
  },
  {
    prevents: 'A message without a version, as version 1 sent it, is not understood.',
    file: 'shared/platform/queue/message-version.ts',
    text: "?? '1'",
    without: "?? '0'",
    tests: ['test/platform/queue/message-version.test.ts'],
  },
  {
    prevents: 'A corrupt token opens for as long as the process remembers it.',
    file: 'shared/platform/state/record-cache.ts',
    text: 'await readState(ref, { objects })',
    without: 'await readState(ref, { objects }).catch(() => cached)',
    tests: TOKEN_TESTS,
  },
  {
    prevents: 'A revoked token opens for as long as the process runs.',
    file: 'shared/platform/state/record-cache.ts',
    text: ' && age < MAX_AGE_MILLISECONDS',
    without: '',
    tests: TOKEN_TESTS,
  },
  {
    prevents: 'A token opens what its scopes do not include.',
    file: 'shared/platform/tokens/check.ts',
    text: "if (scope !== 'label' && found.scopes.includes(scope)) return found.name",
    without: 'return found.name',
    tests: TOKEN_TESTS,
  },
  {
    prevents: 'One corrupt token keeps all from being listed, created and revoked.',
    file: 'shared/platform/tokens/store.ts',
    text: 'await readOrCorrupt(readState({ key, type: TOKEN }, { objects }))',
    without: 'await readState({ key, type: TOKEN }, { objects })',
    tests: TOKEN_TESTS,
  },
  {
    prevents: 'A token that cannot be read cannot be revoked.',
    file: 'shared/platform/tokens/revoke.ts',
    text: '[...tokens, ...unreadable].filter',
    without: '[...tokens].filter',
    tests: TOKEN_TESTS,
  },
  {
    prevents: 'What somebody put beside the tokens counts as a token, and is removed.',
    file: 'shared/platform/tokens/store.ts',
    text: '    if (hash === undefined) return\n',
    without: '',
    tests: TOKEN_TESTS,
  },
  {
    prevents: 'Two tokens that are created at once get one name.',
    file: 'shared/platform/tokens/create.ts',
    text: '  // Of two tokens created at the same time, at least the later one sees the other.\n  await assertNameFree()\n',
    without: '',
    tests: TOKEN_TESTS,
  },
]
