import type { Guard } from '../guard.ts'

const TYPE = 'shared/platform/state/record-type.ts'
const SCHEMA = 'shared/platform/state/stored-schema.ts'
const TESTS = ['test/platform/state/record-type.test.ts']

/** `shared/platform/state/`: how records of other versions, and damaged ones, are read. */
export const SCHEMA_GUARDS: readonly Guard[] = [
  {
    prevents: 'A record of a newer version loses its version when it is changed.',
    file: TYPE,
    text: 'isNewer ? { ...migrated, schemaVersion } : migrated',
    without: 'migrated',
    tests: TESTS,
  },
  {
    prevents: 'A record of a newer version is written as one of this version.',
    file: TYPE,
    text: '{ schemaVersion: currentVersion(type), ...value, nonce }',
    without: '{ ...value, schemaVersion: currentVersion(type), nonce }',
    tests: TESTS,
  },
  {
    prevents: 'A record of an older version is not migrated.',
    file: TYPE,
    text: '.reduce((older, migrate) => migrate(older), fields as Json)',
    without: '.reduce((older) => older, fields as Json)',
    tests: TESTS,
  },
  {
    prevents: 'A record is migrated again that has the current version.',
    file: TYPE,
    text: 'migrations.slice(schemaVersion - 1)',
    without: 'migrations.slice(0)',
    tests: TESTS,
  },
  {
    prevents: 'A record with an impossible version is read.',
    file: TYPE,
    text: 'if (!isVersion(schemaVersion))',
    without: 'if (false)',
    tests: TESTS,
  },
  {
    prevents: 'The error of a record that is not JSON quotes it, secrets included.',
    file: TYPE,
    text: '  } catch {\n    return undefined',
    without: '  } catch (error) {\n    throw error',
    tests: TESTS,
  },
  {
    prevents: 'The error of an invalid field quotes it, secrets included.',
    file: TYPE,
    text: 'String(field)',
    without: 'JSON.stringify(record)',
    tests: TESTS,
  },
  {
    prevents: 'The error of an invalid field quotes the keys within it, secrets included.',
    file: TYPE,
    text: 'String(field)',
    without: "issue?.path.join('.')",
    tests: TESTS,
  },
  {
    prevents: 'A write drops the fields that only a newer version knows.',
    file: SCHEMA,
    text: 'z.looseObject(shape)',
    without: 'z.object(shape)',
    tests: TESTS,
  },
  {
    prevents: 'A record with a name that only a newer version knows is corrupt.',
    file: SCHEMA,
    text: 'z.string().register(STORED_NAMES, { names })',
    without: 'z.enum(names as never).register(STORED_NAMES, { names })',
    tests: TESTS,
  },
  {
    prevents: 'A record with a form that only a newer version knows is corrupt.',
    file: SCHEMA,
    text: '(form ?? common)',
    without: '(form ?? z.never())',
    tests: TESTS,
  },
  {
    prevents: 'A form with the name of a method of every object breaks the reader.',
    file: SCHEMA,
    text: ' && Object.hasOwn(forms, name) ?',
    without: ' ?',
    tests: TESTS,
  },
]
