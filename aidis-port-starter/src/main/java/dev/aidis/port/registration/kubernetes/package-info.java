/**
 * What an application in a pod of Kubernetes tells the cluster about itself.
 */
@NullMarked
package dev.aidis.port.registration.kubernetes;

import org.jspecify.annotations.NullMarked;
