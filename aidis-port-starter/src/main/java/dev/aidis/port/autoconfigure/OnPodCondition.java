package dev.aidis.port.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

import dev.aidis.port.assignment.Pod;

/**
 * Matches in a pod of Kubernetes, by the rule that decides about ports, too.
 */
final class OnPodCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		boolean pod = Pod.is(context.getEnvironment());
		return new ConditionOutcome(pod,
				ConditionMessage.forCondition("pod of Kubernetes").because(pod ? "this is one" : "this is none"));
	}

}
