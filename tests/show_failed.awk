# show_failed.awk — Job: from one log, what went wrong: the failed lines and what stands round them.
/^ *ok( |$)/ { next }
/^ *(duration_ms|type|\.\.\.|---|# (Subtest|tests|suites|pass|cancelled|skipped|duration))/ { next }
/^ *[0-9]+\.\.[0-9]+$/ || /^$/ || /^TAP version/ || /^# exit 0/ { next }
{ print "    " $0 }
