package dev.aidis.port.discovery;

/**
 * Is told of every look-up of a service, for those who measure or trace it, but not of
 * one that is answered with what {@code aidis.port.discovery.trust-for} believes. It is
 * called by the thread that looks up, which waits meanwhile. An application's bean of
 * this type takes the place of the default one.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface LookupObserver {

	/**
	 * Is told of every look-up, and ignores it.
	 */
	LookupObserver NONE = (operation, serviceName) -> Lookup.IGNORED;

	/**
	 * A look-up begins.
	 * @param operation what was asked for
	 * @param serviceName the name of the service, as the caller gave it
	 * @return is told how the look-up ends, by the same thread
	 */
	Lookup start(Operation operation, String serviceName);

	/**
	 * A look-up that has begun. One of the methods is called, once.
	 */
	interface Lookup {

		/**
		 * A look-up that nobody is interested in.
		 */
		Lookup IGNORED = new Lookup() {

		};

		/**
		 * It has ended.
		 * @param found whether a live instance was found; not so where a known default
		 * port took its place
		 */
		default void end(boolean found) {
		}

		/**
		 * The registry could not be read, or the caller's arguments were wrong.
		 * @param failure what the caller is thrown
		 */
		default void fail(RuntimeException failure) {
		}

	}

	/**
	 * What is asked for.
	 */
	enum Operation {

		/**
		 * One live instance.
		 */
		FIND,

		/**
		 * All live instances.
		 */
		FIND_ALL,

		/**
		 * An instance that is ready, now or soon. It takes as long as the service does to
		 * come.
		 */
		AWAIT,

		/**
		 * An address. That is what a request to {@code aidis://<service>} asks for.
		 */
		RESOLVE

	}

}
