# shellcheck shell=bash

setup_suite() {
  javac -d "$BATS_SUITE_TMPDIR/classes" "$BATS_TEST_DIRNAME/StandIn.java"
}
