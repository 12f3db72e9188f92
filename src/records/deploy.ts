/**
 * One program and its arguments, run without a shell. In `argv`, `{version}` (what is deployed), `{previous}` (what was live before),
 * `{url}` (where the new version answers), `{env:NAME}` (a secret) and `{plain:NAME}` (it may be shown) are filled in when it is run;
 * the same stand in its environment as INFERGATE_VERSION, INFERGATE_PREVIOUS_VERSION and INFERGATE_URL. `{previous}` must have a
 * value wherever it is used, so a first deploy has to do without.
 */
export type Command = { readonly argv: readonly [string, ...string[]] }

/** Where the boot of what answers is told, in the same answer as its version: `header` or a JSON `pointer`. */
export type FieldOfAnswer = { readonly pointer: string } | { readonly header: string }

/** How to ask which version ANSWERS now. That a service is healthy says nothing of it. */
export type VersionProbe =
  /** The last line of its stdout that is not empty. It is run often, so it must change nothing. */
  | { readonly kind: 'command'; readonly command: Command }
  /**
   * GET `url`; a path such as `/version` is asked of the service itself: beside the old version at `deploy.url`, else at the target's
   * own URL. `boot`: what is new at each start of the service, to tell a new start of the same version apart.
   */
  | {
      readonly kind: 'http'
      readonly url: string
      readonly version: FieldOfAnswer
      readonly boot?: FieldOfAnswer
    }
  /** The new version answers when the body of GET `url` holds this text, in which `{version}` is filled in. */
  | { readonly kind: 'marker'; readonly url: string; readonly text: string }

/** What a deploy runs: a preset gives all of it, and what the user writes replaces a part. */
export type DeployCommands = {
  /** Makes the new version run: in place of the old one, or, where `url` is given, beside it. */
  readonly deploy: readonly Command[]
  readonly version: VersionProbe
  /** The same beside the old version, at `url`; absent where `version` asks that address by itself. */
  readonly versionBeside?: VersionProbe
  /** After a PASS: gives the new version the traffic. Only with `url`. */
  readonly promote?: readonly Command[]
  /**
   * Makes the old version answer at the target's own URL, and ends the new one. It must work whichever of the steps before it was
   * done: the deploy alone (or half of it), or the promotion too; and a second time.
   */
  readonly rollback: readonly Command[]
  /** Prints the newest lines of the service's log and ends; quoted in failures. */
  readonly logs?: Command
  /** Where the new version answers before it has the traffic. */
  readonly url?: string
  /** The commands know the two by their names alone: a release that is live already must not be deployed again. */
  readonly needsNewName?: true
  /** The platform names a version itself, so nobody can name the new one before it answers: why, as a clause. */
  readonly namesItself?: string
}
