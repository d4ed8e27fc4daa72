/**
 * The benchmarks of real applications, beside others that tell where they are through
 * ZooKeeper or Eureka.
 */
@NullMarked
package dev.aidis.port.benchmark;

import org.jspecify.annotations.NullMarked;
