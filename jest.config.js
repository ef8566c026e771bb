export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testTimeout: 20_000,
  // Tests of one file run one after another; the machine has nothing else to do.
  maxWorkers: '100%',
}
